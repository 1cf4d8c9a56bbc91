"""`python -m engagement_utils`: the command `engagement`, where it is not installed."""

from engagement_utils.cli import main

if __name__ == "__main__":
    main(prog_name="engagement")
