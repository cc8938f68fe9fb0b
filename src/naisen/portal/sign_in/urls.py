"""Addresses of signing in, of one's own settings, and of 管理者."""

from django.urls import path

from naisen.portal.sign_in.views import language, logins, second_step, settings, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/second-step/", sign_in.second_step, name="second_step"),
    path("sign-in/passkey/", sign_in.passkey_sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/question/", sign_in.passkey_question, name="passkey_question"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", language.set_language, name="set_language"),
    path("sign-in-settings/", settings.sign_in_settings, name="sign_in_settings"),
    path("sign-in-settings/confirm/", settings.confirm_identity, name="confirm_identity"),
    path("sign-in-settings/password/", settings.password_change, name="password_change"),
    path("sign-in-settings/sessions/end/", settings.session_end, name="session_end"),
    path("sign-in-settings/sessions/end-others/", settings.sessions_end, name="sessions_end"),
    path("sign-in-settings/app/", second_step.app_set_up, name="app_set_up"),
    path("sign-in-settings/app/remove/", second_step.app_remove, name="app_remove"),
    path("sign-in-settings/recovery-codes/", second_step.recovery_codes_renew, name="recovery_codes_renew"),
    path("sign-in-settings/passkeys/add/", second_step.passkey_add, name="passkey_add"),
    path("sign-in-settings/passkeys/options/", second_step.passkey_options, name="passkey_options"),
    path("sign-in-settings/passkeys/<int:pk>/remove/", second_step.passkey_remove, name="passkey_remove"),
    path("administrators/", logins.administrators, name="administrators"),
    path("administrators/add/", logins.administrator_add, name="administrator_add"),
    path("administrators/<int:pk>/", logins.administrator_edit, name="administrator_edit"),
    path("administrators/<int:pk>/disable/", logins.administrator_disable, name="administrator_disable"),
    path("administrators/<int:pk>/enable/", logins.administrator_enable, name="administrator_enable"),
    path("administrators/<int:pk>/reset-password/", logins.administrator_reset, name="administrator_reset"),
]
