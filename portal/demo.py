"""The demo's accounts, one per role. They exist only where `load_story` has been run outside production."""

PASSWORD = "hallbar-demo-2026"  # noqa: S105 - printed on purpose, and refused in production

# (role key, e-mail, name, region code or group letter)
ACCOUNTS = [
    ("secretariat", "kansli@demo.example", "Karin Kansli", ""),
    ("admin", "admin@demo.example", "Anders Administratör", ""),
    ("buyer", "inkopare.jh@demo.example", "Berit Backlund", "23"),
    ("buyer", "inkopare.norrbotten@demo.example", "Nils Norberg", "25"),
    ("area_coordinator", "samordnare.a@demo.example", "Ove Områdh", "A"),
    ("regional_coordinator", "regionsamordnare.jh@demo.example", "Rut Ragnarsdotter", "23"),
    ("reader", "lasare@demo.example", "Lena Läsare", ""),
]
