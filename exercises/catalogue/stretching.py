"""All stretching and mobility exercises, from the feet upwards."""

from exercises.catalogue.stretching_body import STRETCHING_BODY
from exercises.catalogue.stretching_feet import STRETCHING_FEET

STRETCHING = STRETCHING_FEET + STRETCHING_BODY
