"""URLs of the exercise library: public pages, and the pages for staff."""

from django.urls import include, path, re_path

from exercises.library.views import catalogue, figures, pages
from exercises.routines import views_public as routines

app_name = "library"
urlpatterns = [
    path("", pages.home, name="home"),
    path("exercises/", catalogue.catalogue, name="catalogue"),
    path("exercises/<slug:slug>/", catalogue.exercise, name="exercise"),
    path("routines/", routines.routines, name="routines"),
    path("routines/<slug:slug>/", routines.routine, name="routine"),
    path("routines/<slug:slug>/leaflet.pdf", routines.routine_leaflet, name="routine_leaflet"),
    path("safety/", pages.safety, name="safety"),
    re_path(
        r"^figures/(?P<slug>[-\w]+)(?:\.(?P<support>[a-z_]+))?-(?P<kind>moving|strip|thumb)"
        r"\.(?P<digest>[0-9a-f]{12})\.svg$",
        figures.figure,
        name="figure",
    ),
    path("", include("exercises.urls.staff")),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
]
