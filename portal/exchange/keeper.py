from django.conf import settings
from django.utils.module_loading import import_string


def is_keeper(user: object) -> bool:
    """Whether the user looks after everybody's imports: asked of the function that `settings.EXCHANGE_KEEPER` names."""
    return bool(import_string(settings.EXCHANGE_KEEPER)(user))
