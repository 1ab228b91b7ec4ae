"""Run the command line as ``python -m copydesk``."""

from copydesk.serve.cli.main import main

if __name__ == "__main__":
    main()
