"""Each answer moves from a column of its own into `answers`, and back. One UPDATE for each set of answers there can be."""

from itertools import product

from django.db import migrations

QUESTIONS = ("fell", "faint_or_chest_pain", "new_sore")
FIXED = ("fall", "faint", "sore")


def into_one_field(apps, schema_editor):
    database = schema_editor.connection.alias
    sessions = apps.get_model("patients", "ExerciseSession").objects.using(database)
    for told in product((None, False, True), repeat=len(QUESTIONS)):
        columns = dict(zip(QUESTIONS, told, strict=True))
        answers = {question: answer for question, answer in columns.items() if answer is not None}
        if answers:
            sessions.filter(**columns).update(answers=answers)
    for name in ("AlertRule", "HistoricalAlertRule"):
        rules = apps.get_model("patients", name).objects.using(database)
        rules.filter(kind__in=FIXED).update(is_fixed=True)


def into_columns(apps, schema_editor):
    database = schema_editor.connection.alias
    sessions = apps.get_model("patients", "ExerciseSession").objects.using(database)
    for question, answer in product(QUESTIONS, (False, True)):
        sessions.filter(**{f"answers__{question}": answer}).update(**{question: answer})


class Migration(migrations.Migration):
    dependencies = [("patients", "0023_answers")]

    operations = [migrations.RunPython(into_one_field, into_columns)]
