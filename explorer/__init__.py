"""The window: thin views of core.session.Session, in Qt."""
