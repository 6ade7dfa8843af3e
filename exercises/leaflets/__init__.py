"""A routine as a printed leaflet."""
