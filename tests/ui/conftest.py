import pytest


@pytest.fixture
def open_as(page, live_server, client_of):
    """`open_as(user, "/path/")`: the page in a browser that has logged in already."""

    def open_page(user, path: str):
        cookie = client_of(user).cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return open_page
