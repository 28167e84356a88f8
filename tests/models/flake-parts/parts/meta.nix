{
  owner = "us";
}
