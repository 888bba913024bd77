// The recipient's page comes to life here.

document.documentElement.dataset["scripts"] = "on";
