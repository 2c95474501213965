"""What of Prefork must run in the app's own interpreter: zygote, workers, capture.

Standard library only, Python 3.9 and newer. Driven through the control channel alone
(`control.py`); policy is the arbiter's.
"""
