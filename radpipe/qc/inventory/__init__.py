"""What a source holds, before anything is measured: patients, images, scanners, names of ROIs, what is missing."""
