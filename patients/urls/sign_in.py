"""URLs to sign in as a patient: card, e-mail code, passkey."""

from django.urls import path

from patients.sign_in.views import email_sign_in as mail_sign_in
from patients.sign_in.views import passkeys, sign_in

app_name = "sign_in"
urlpatterns = [
    path("sign-in/", sign_in.sign_in_options, name="options"),
    path("sign-in/mail/", mail_sign_in.ask, name="email"),
    path("sign-in/mail/code/", mail_sign_in.code, name="email_code"),
    path("sign-in/mail/link/<slug:link_secret>/", mail_sign_in.link, name="email_link"),
    path("sign-in/passkey/", passkeys.sign_in, name="passkey"),
    path("card/", sign_in.card_sign_in, name="card"),
    path("card/<str:code>/", sign_in.card_link, name="card_link"),
]
