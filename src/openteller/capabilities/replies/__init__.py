"""What the bot says: the pack's wording, filled with typed values, and the last check before it leaves.

``catalogue`` reads the wording, ``compose`` turns a Reply into parts, ``guard`` alone turns parts into a CheckedReply.
"""
