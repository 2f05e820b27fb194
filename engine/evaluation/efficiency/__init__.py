"""The efficiency suite: what a second of video costs under each attention scheme, second by second.

`kibitz bench` measures single rounds at chosen lengths and skips those between; here every round of
a stream is computed, as in the paper's figure. Source: StreamingVLM (arXiv:2510.09608), the figure
of latency per token over the seconds of a video.
"""
