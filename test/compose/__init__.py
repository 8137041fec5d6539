"""The image and docker/compose.yaml against a Docker engine; skipped, by name and reason, where none answers.

engine.py        docker, the images that the tests need, and Compose in both its versions
test_image.py    the release image, and the tests built with Debian 13's newer libraries
test_compose.py  three pods, what they say, and what happens when one breaks
"""
