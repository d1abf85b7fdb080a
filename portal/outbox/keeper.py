from django.conf import settings
from django.utils.module_loading import import_string


def is_keeper(user: object) -> bool:
    """Whether the user looks after everybody's mail: asked of the function that `settings.OUTBOX_KEEPER` names."""
    return bool(import_string(settings.OUTBOX_KEEPER)(user))
