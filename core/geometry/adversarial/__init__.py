"""The smallest latent step to another class, searched for in any dimension."""
