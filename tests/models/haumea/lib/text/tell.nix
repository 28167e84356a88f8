{ super }: super.secret
