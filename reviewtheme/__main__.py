"""`python -m reviewtheme` is the command line."""

from reviewtheme.cli import main

if __name__ == "__main__":
    main()
