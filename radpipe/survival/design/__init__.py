"""What is analysed: patients, endpoints, clinical columns and features, and how they become the terms of a model."""
