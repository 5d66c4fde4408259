"""What the page may load."""

import re

from radpipe.qc.site.markup import page_html


def test_the_page_asks_nothing_of_a_network_unless_it_is_served() -> None:
    assert "connect-src" not in page_html()
    assert "connect-src 'self'" in page_html(served=True)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page_html())
