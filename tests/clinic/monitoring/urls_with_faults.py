"""The app's URLs with views that fail while they hold what a person sent."""

import os
import time
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from clinic.models import User
from clinic.urls import *  # noqa: F403
from clinic.urls import urlpatterns as urls_of_the_app


def _everything_sent(request, word):
    return f"{word} {request.GET} {request.POST} {request.headers}"


@login_not_required
def fail(request, word):
    """Raise an error whose text quotes everything that was sent, as many libraries do."""
    raise ValueError(_everything_sent(request, word))


@login_not_required
def store_twice(request, word):
    """Break a constraint: PostgreSQL quotes the row in the text of the error."""
    for _time in range(2):
        User.objects.create(email=request.POST["email"], name=word)


@login_not_required
def fail_while_sending(request, word):
    """Fail after the response has begun, past every middleware."""

    def lines():
        yield "first line\n"
        raise ValueError(_everything_sent(request, word))

    # With this header, no middleware reads the user from the database.
    return StreamingHttpResponse(lines(), headers={"Cache-Control": "no-store"})


@login_not_required
def wait_for_file(request):
    """Answer once the file of the environment's STUCK_UNTIL exists."""
    while not Path(os.environ["STUCK_UNTIL"]).exists():
        time.sleep(0.05)
    return HttpResponse("done", headers={"Cache-Control": "no-store"})


urlpatterns = [
    path("stuck/", wait_for_file),
    path("fail/<str:word>/", fail),
    path("twice/<str:word>/", store_twice),
    path("sending/<str:word>/", fail_while_sending),
    *urls_of_the_app,
]
