"""What dialling does: 「誰が鳴るか」, 「番号チェック」 and 「機能番号」."""
