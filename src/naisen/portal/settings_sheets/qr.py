"""The QR code of a settings sheet, as a softphone reads it (docs/decisions/0006-qr-content.md)."""

from xml.etree import ElementTree

import zxingcpp

from naisen.portal.settings_sheets.sheet import Sheet

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


def softphone_text(sheet: Sheet) -> str:
    """The account in the XML that Grandstream Wave scans.

    ASCII only, so that no reader has to guess an encoding: names of people stay out of it.
    """
    root = ElementTree.Element("AccountConfig", version="1")
    account = ElementTree.SubElement(root, "Account")
    for tag, value in {
        "RegisterServer": sheet.domain,
        "OutboundServer": sheet.server,
        "UserID": sheet.login,
        "AuthID": sheet.login,
        "AuthPass": sheet.password,
        "AccountName": sheet.login,
        "DisplayName": sheet.extension or sheet.login,
    }.items():
        ElementTree.SubElement(account, tag).text = value
    return DECLARATION + ElementTree.tostring(root, encoding="unicode")


def qr_svg(text: str) -> str:
    """The text as a QR code with its quiet zone, in SVG; 15 % of it may be dirty (level M)."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(code.to_svg())
