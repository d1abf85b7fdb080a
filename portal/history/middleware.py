from pghistory import context


class HistoryContext:
    """Every row changed by a request remembers the user's public id and the address, GET included: none should write."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        with context(user=user.public_id if user.is_authenticated else None, url=request.path):
            return self.get_response(request)
