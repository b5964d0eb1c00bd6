"""Quality: how well a model does on images held out, part by part."""
