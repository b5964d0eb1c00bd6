"""The pull-back metric of a decoder."""
