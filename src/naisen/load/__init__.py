"""`naisen bench sip`: offers the same calls and registrations to Naisen and to a plain Kamailio, and counts what they cost.

What is measured, and how, stands in bench/README.md. The scenarios and the baseline's configuration are in bench/.
"""
