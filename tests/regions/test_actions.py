import io

import pytest
from django.core.management import CommandError, call_command

from regions.models import User
from regions.permissions import is_admin

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> None:
    call_command("create_account", *arguments, stdout=io.StringIO())


def test_first_administrator_comes_from_the_command_line():
    create("Chef@Kansli.example", "--name", "Eva Ek", "--role", "admin")
    user = User.objects.get(email="chef@kansli.example")
    assert is_admin(user)
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["inte en adress", "--name", "X", "--role", "admin"], "e-post"),
        (["a@b.example", "--name", "X", "--role", "buyer"], "region"),
        (["a@b.example", "--name", "X", "--role", "buyer", "--region", "02"], "There is no region 02"),
        (["a@b.example", "--name", "X", "--role", "area_coordinator"], "upphandlingsregion"),
    ],
)
def test_wrong_account_gets_a_sentence_and_leaves_nothing(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        create(*arguments)
    assert not User.objects.exists()


def test_address_is_taken_once():
    create("a@b.example", "--name", "X", "--role", "reader")
    with pytest.raises(CommandError, match="Det finns redan ett konto"):
        create("A@B.example", "--name", "Y", "--role", "reader")
