class FontConfiguration:
    pass
