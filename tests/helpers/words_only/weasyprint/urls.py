class URLFetcher:
    pass


class URLFetcherResponse:
    pass
