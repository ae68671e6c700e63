output "store" {
  description = "The archive's address, as the persistor commands take it."
  value       = "gs://${google_storage_bucket.archive.name}"
}

output "service_account" {
  description = "The account that writes to the archive."
  value       = google_service_account.persistor.email
}

output "push_service_account" {
  description = "The account as which Pub/Sub calls the function."
  value       = google_service_account.push.email
}
