"""Doors that only exist outside production."""

from django.urls import path

from exercises.figures import views_development as gallery

urlpatterns = [path("ui/figures/", gallery.figures, name="gallery_figures")]
