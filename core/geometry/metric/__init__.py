"""The metric that a decoder pulls back from the images."""
