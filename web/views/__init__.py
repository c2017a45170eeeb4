"""The pages, a folder for each subject; `access.py` says who may open what, `registry.py` binds them."""
