"""The panels around the map: each takes a Session, draws what it watches, and reports."""
