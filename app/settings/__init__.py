"""What the person chose, kept between starts; each feature owns one section."""
