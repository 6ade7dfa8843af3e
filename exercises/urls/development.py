"""URLs that exist only outside production."""

from django.urls import path

from exercises.library.views import figure_gallery as gallery

urlpatterns = [path("ui/figures/", gallery.figures, name="gallery_figures")]
