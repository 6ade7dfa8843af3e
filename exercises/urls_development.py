"""Doors that only exist outside production."""

from django.urls import path

from .views import gallery

urlpatterns = [path("ui/figures/", gallery.figures, name="gallery_figures")]
