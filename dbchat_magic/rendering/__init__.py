"""Rendering: an Answer as text, HTML or a Vega-Lite chart. Pure: values in, values out.

All text from a database is untrusted: it is escaped here, and nowhere else.
"""
