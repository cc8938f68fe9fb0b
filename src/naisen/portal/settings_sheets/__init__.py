"""Settings sheets (設定書): what somebody types or scans to set a phone up."""
