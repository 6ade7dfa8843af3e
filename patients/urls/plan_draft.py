"""URLs of the plan builder, one for each button. `patients.urls.staff` includes them below the URL of the draft."""

from django.urls import path, register_converter

from patients.plans.converters import ItemKeyConverter
from patients.plans.views import draft, draft_items, draft_safety

register_converter(ItemKeyConverter, "item_key")

ITEM = "items/<item_key:key>/"
RULE = f"{ITEM}rules/<slug:rule>/"

urlpatterns = [
    path("", draft.plan_draft, name="plan_draft"),
    path("autosave/", draft.plan_draft_autosave, name="plan_draft_autosave"),
    path("find/", draft.plan_draft_find, name="plan_draft_find"),
    path("favourites/<uuid:exercise_id>/", draft.plan_draft_favourite, name="plan_draft_favourite"),
    path("continue-to-preview/", draft.plan_draft_continue_to_preview, name="plan_draft_continue_to_preview"),
    path("continue-to-publish/", draft.plan_draft_continue_to_publish, name="plan_draft_continue_to_publish"),
    path("continue-to-flags/", draft.plan_draft_continue_to_flags, name="plan_draft_continue_to_flags"),
    path("start/", draft.plan_draft_start, name="plan_draft_start"),
    path("undo/", draft.plan_draft_undo, name="plan_draft_undo"),
    path("discard/", draft.plan_draft_discard, name="plan_draft_discard"),
    path("add/<uuid:exercise_id>/", draft_items.plan_draft_add, name="plan_draft_add"),
    path("change/", draft_items.plan_draft_change, name="plan_draft_change"),
    path(f"{ITEM}up/", draft_items.plan_draft_item_up, name="plan_draft_item_up"),
    path(f"{ITEM}down/", draft_items.plan_draft_item_down, name="plan_draft_item_down"),
    path(f"{ITEM}remove/", draft_items.plan_draft_item_remove, name="plan_draft_item_remove"),
    path(f"{ITEM}replace/", draft_items.plan_draft_item_replace, name="plan_draft_item_replace"),
    path(f"{ITEM}split/", draft_items.plan_draft_item_split, name="plan_draft_item_split"),
    path(f"{RULE}acknowledge/", draft_safety.plan_draft_item_acknowledge, name="plan_draft_item_acknowledge"),
    path(f"{RULE}override/", draft_safety.plan_draft_item_override, name="plan_draft_item_override"),
    path(f"{RULE}take-back/", draft_safety.plan_draft_item_take_back, name="plan_draft_item_take_back"),
]
