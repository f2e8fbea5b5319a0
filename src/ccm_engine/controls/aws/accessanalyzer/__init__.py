"""Controls over IAM Access Analyzer."""
