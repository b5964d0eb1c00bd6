"""Whether each latent coordinate follows one known factor: six scores."""
