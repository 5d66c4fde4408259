"""A plain page: words are escaped, empty sections are left out, nothing is asked of the network."""

from radpipe.report.blocks import Paragraph, Section, Table
from radpipe.report.plain_page import render_plain


def test_words_are_escaped_and_empty_sections_left_out():
    table = Table("Names", ("name", "count"), (("<img src=x onerror=alert(1)>", "3"),))
    page = render_plain(
        "Title <b>",
        "inventory",
        "One sentence.",
        [Section("a", "First", (Paragraph("</script>"), table)), Section("b", "Empty", ())],
    )
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "&lt;/script&gt;" in page
    assert "Title &lt;b&gt;" in page
    assert "Empty" not in page
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http-equiv", "")
    assert "https://" not in page
