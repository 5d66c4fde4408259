"""``python -m radpipe``."""

from radpipe.cli.entry import main

if __name__ == "__main__":
    main()
