"""Every address of the portal. Each is declared in tests/guards/access.py: who may do what there."""

from allauth.account import views as account
from django.urls import include, path, re_path
from django.views.decorators.http import require_http_methods

from portal import health

handler400 = "portal.ui.views.bad_request"
handler403 = "portal.ui.views.permission_denied"
handler404 = "portal.ui.views.page_not_found"
handler500 = "portal.ui.views.server_error"

# allauth's form views would take PUT for POST.
form_page = require_http_methods(["GET", "HEAD", "POST"])
page = require_http_methods(["GET", "HEAD"])

urlpatterns = [
    path("", include("portal.home.urls")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("results/", include("followups.urls.public")),
    path("follow-ups/", include("followups.urls")),
    path("funding/", include("funding.urls")),
    path("", include("codeofconduct.urls")),
    path("regions/", include("regions.urls")),
    path("messages/", include("portal.outbox.urls")),
    path("reminders/", include("portal.reminders.urls")),
    path("jobs/", include("portal.jobs.urls")),
    path("exchange/", include("portal.exchange.urls")),
    path("ui/", include("portal.ui.urls")),
    # allauth's views under the names it reverses; sign-up and the rest are not routed (invitation only).
    path("account/login/", form_page(account.login), name="account_login"),
    path("account/logout/", form_page(account.logout), name="account_logout"),
    path("account/inactive/", page(account.account_inactive), name="account_inactive"),
    path("account/password/", form_page(account.password_change), name="account_change_password"),
    path("account/password/reset/", form_page(account.password_reset), name="account_reset_password"),
    path("account/password/reset/sent/", page(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        form_page(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/done/",
        page(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
