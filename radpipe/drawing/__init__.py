"""Drawing: volume and mask to pictures with exact outlines; knows no file, no cohort and no page."""
