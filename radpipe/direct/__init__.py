"""Direct: one call on an image and its masks, in memory or in files, without a folder of output."""
