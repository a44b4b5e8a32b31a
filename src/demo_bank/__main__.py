"""``python -m demo_bank``."""

from demo_bank.command_line import main

if __name__ == "__main__":
    main()
