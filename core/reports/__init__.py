"""Reports: findings in words, as tables, HTML, images and exports."""
